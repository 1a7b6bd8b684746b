package runtime

import (
	"encoding/json"
	"testing"
)

func TestReportJSON(t *testing.T) {
	r2 := 0.5
	classification := newClassification([]string{"a", "b"})
	classification.add([]float64{1, 0}, 0)
	classification.add([]float64{1, 0}, 0)
	classification.finish()
	for _, test := range []struct {
		v    any
		want string
	}{
		{EpochReport{Epoch: 1, Epochs: 9, Loss: 0.2983711087600027, Rate: 1}, `{"epoch":1,"loss":0.2983711087600027,"rate":1}`},
		{EpochReport{Epoch: 2, Loss: 1, Validated: true}, `{"epoch":2,"loss":1,"validation_loss":0,"rate":0}`},
		{
			&Report{On: "test", Rows: 3, Loss: 0.5, Stopped: StoppedPatience, Best: 4, Regression: &Regression{MSE: 1, MAE: 2, R2: &r2}},
			`{"final":true,"on":"test","rows":3,"loss":0.5,"epochs":0,"best_epoch":4,"stopped":"patience","mean_squared_error":1,"mean_absolute_error":2,"r2":0.5}`,
		},
		{
			&Report{On: "train", Rows: 1, Stopped: StoppedEpochs, Tier: TrainedMixed, Regression: &Regression{}},
			`{"final":true,"on":"train","rows":1,"loss":0,"epochs":0,"stopped":"epochs","tier":"mixed","mean_squared_error":0,"mean_absolute_error":0}`,
		},
		{
			&Report{On: "test", Rows: 2, Stopped: StoppedBelow, Classification: classification},
			`{"final":true,"on":"test","rows":2,"loss":0,"epochs":0,"stopped":"below","accuracy":1,"classes":[` +
				`{"name":"a","rows":2,"predicted":2,"precision":1,"recall":1},{"name":"b","rows":0,"predicted":0,"precision":0,"recall":0}],"confusion":[[2,0],[0,0]]}`,
		},
	} {
		got, err := json.Marshal(test.v)
		if err != nil || string(got) != test.want {
			t.Errorf("got  %s (%v)\nwant %s", got, err, test.want)
		}
	}
}

func TestReportString(t *testing.T) {
	r2 := 0.98765
	classification := newClassification([]string{"setosa", "virginica"})
	classification.add([]float64{1, 0}, 0)
	classification.add([]float64{1, 0}, 0)
	classification.add([]float64{1, 0}, 1)
	classification.finish()
	for _, test := range []struct {
		report Report
		want   string
	}{
		{
			Report{Network: "houses", Stopped: StoppedPatience, Best: 7, On: "test", Rows: 40, Loss: 0.25, Regression: &Regression{MSE: 0.25, MAE: 0.5, R2: &r2}},
			"houses: stopped after 0 epochs (patience), weights of epoch 7\n" +
				"on 40 test rows: loss 0.25, MSE 0.25, RMSE 0.5, MAE 0.5, R² 0.9877\n",
		},
		{
			Report{Network: "iris", Stopped: StoppedEpochs, On: "train", Rows: 3, Loss: 0.125, Classification: classification},
			"iris: stopped after 0 epochs (epochs)\n" +
				"on 3 train rows: loss 0.125, accuracy 0.6667\n\n" +
				"      class  rows  precision  recall  predicted:  setosa  virginica\n" +
				"     setosa     2      0.667   1.000                   2          0\n" +
				"  virginica     1          –   0.000                   1          0\n",
		},
		{Report{Network: "x", Stopped: StoppedFailed}, "x: stopped after 0 epochs (failed)\n"},
	} {
		if got := test.report.String(); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
	e := EpochReport{Epoch: 3, Epochs: 20, Loss: 0.1234567, Validated: true, ValidationLoss: 2}
	if got, want := e.String(), "epoch 3/20  loss 0.123457  validation 2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
