// Package runtime is what generated training packages link: the training loop,
// optimizers and schedules, splits and metrics, reading of CSV files, weights
// files, initializers, and the random numbers of dropout. It imports the
// standard library only.
//
// A generated package fills in a [Network], functions over one flat array of
// parameters; [Train] runs them by a [Config] and returns a [Report]:
//
//	report, err := runtime.Train(ctx, network, x, target, runtime.Config{
//		Optimizer:  runtime.Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
//		Batch:      16,
//		Epochs:     200,
//		Stop:       runtime.Stop{Patience: 20, MinDelta: 1e-4},
//		Validation: 0.15,
//		Test:       0.2,
//		Seed:       1,
//	})
//
// The same seed on the same machine gives the same bits. A step of training
// allocates nothing.
package runtime
