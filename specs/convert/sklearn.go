package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The sets that scikit-learn packages have no names of columns in their files;
// the names are those of its load functions, in snake case.

func readIris(folder string) (*table, error) {
	return labeled(folder, "iris.csv", words("sepal_length sepal_width petal_length petal_width species"))
}

func readWine(folder string) (*table, error) {
	return labeled(folder, "wine_data.csv", words("alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols "+
		"flavanoids nonflavanoid_phenols proanthocyanins color_intensity hue od280_od315_of_diluted_wines proline class"))
}

func readBreastCancer(folder string) (*table, error) {
	var header []string
	for _, column := range words("mean_% %_error worst_%") {
		for _, what := range words("radius texture perimeter area smoothness compactness concavity concave_points symmetry fractal_dimension") {
			header = append(header, strings.ReplaceAll(column, "%", what))
		}
	}
	return labeled(folder, "breast_cancer.csv", append(header, "diagnosis"))
}

// labeled reads the form "rows,features,class names" with the index of the
// class in the last column, and puts its name there.
func labeled(folder, name string, header []string) (*table, error) {
	all, err := lines(folder, name, byCommas)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || len(all[0]) < 3 || all[0][0] != strconv.Itoa(len(all)-1) {
		return nil, fmt.Errorf("%s does not start with rows,features,classes", name)
	}
	t := &table{header, all[1:]}
	for i, row := range t.rows {
		last := len(row) - 1
		if row[last], err = className(row[last], 0, all[0][2:]); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return t, nil
}

// readDigits reads 8×8 images; the class is a digit already.
func readDigits(folder string) (*table, error) {
	rows, err := lines(folder, "digits.csv.gz", byCommas)
	return &table{append(pixels(8), "digit"), rows}, err
}

// pixels returns the names of the columns of an image, row by row.
func pixels(side int) []string {
	var names []string
	for row := range side {
		for column := range side {
			names = append(names, fmt.Sprintf("pixel_%d_%d", row, column))
		}
	}
	return names
}

// readDiabetes joins the two files of the set, which has no classes.
func readDiabetes(folder string) (*table, error) {
	rows, err := lines(folder, "diabetes_data_raw.csv.gz", strings.Fields)
	if err != nil {
		return nil, err
	}
	targets, err := lines(folder, "diabetes_target.csv.gz", strings.Fields)
	if err != nil {
		return nil, err
	}
	if len(rows) != len(targets) {
		return nil, fmt.Errorf("%d rows and %d targets", len(rows), len(targets))
	}
	for i := range rows {
		target, err := strconv.ParseFloat(targets[i][0], 64)
		if err != nil {
			return nil, fmt.Errorf("target %d: %w", i+1, err)
		}
		rows[i] = append(rows[i], strconv.FormatFloat(target, 'f', -1, 64))
	}
	return &table{words("age sex bmi bp s1 s2 s3 s4 s5 s6 progression"), rows}, nil
}

func words(text string) []string { return strings.Fields(text) }
