import math

import numpy as np
import pytest
import scipy.stats

from embedlab.simulations import simulated_band


def mean_of_normals(d, rng):
    return float(rng.standard_normal(d).mean())


def test_the_interval_is_students():
    band = simulated_band(mean_of_normals, [3, 5], 12, rng=np.random.default_rng(0))
    assert band.dimensions.tolist() == [3, 5]
    assert band.values.shape == (2, 12)
    for row, mean, low, high in zip(band.values, band.mean, band.low, band.high, strict=True):
        expected = scipy.stats.t.interval(0.95, 11, row.mean(), scipy.stats.sem(row))
        assert mean == pytest.approx(row.mean(), rel=1e-12)
        assert (low, high) == pytest.approx(expected, rel=1e-9)


def test_a_known_mean_is_covered_as_often_as_promised():
    rng = np.random.default_rng(1)
    band = simulated_band(mean_of_normals, [4] * 1000, 5, confidence=0.9, rng=rng)
    n_covered = int(((band.low < 0) & (band.high > 0)).sum())
    # Five standard errors of 900 in 1000.
    assert n_covered == pytest.approx(900, abs=48)
    # Negative control: standard errors without Student's factor cover too little.
    error = band.values.std(axis=1, ddof=1) / math.sqrt(5)
    assert int((np.abs(band.mean) < 1.645 * error).sum()) < 852


def test_more_dimensions_change_no_earlier_result():
    few = simulated_band(mean_of_normals, [2, 9], 3, rng=np.random.default_rng(2))
    many = simulated_band(mean_of_normals, [2, 9, 50], 3, rng=np.random.default_rng(2))
    assert many.values[:2].tolist() == few.values.tolist()
    assert few.values[0].tolist() != few.values[1].tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dimensions": []}, "dimensions must name at least one, got 'none'"),
        ({"dimensions": [2, 0]}, "each of dimensions must be at least 1, got 0"),
        ({"n_repeats": 1}, "n_repeats must be at least 2, got 1"),
        ({"confidence": 95}, "confidence must lie between 0 and 1, got 95; 0.95 is 95 percent"),
        ({"measure": lambda d, rng: math.inf}, r"measure\(2, rng\) must be finite, got inf"),
    ],
)
def test_bad_input(arguments, message):
    usual = {"measure": mean_of_normals, "dimensions": [2], "n_repeats": 2}
    with pytest.raises(ValueError, match=message):
        simulated_band(**{**usual, **arguments}, rng=np.random.default_rng(0))
