"""Prints what `SequentialTwoSidedTTest` of gbstats says of two made-up pairs of samples: N, ρ, standard deviation, half of its interval."""

import numpy as np
from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic


def sample(count, mean, deviation):
    total = count * mean
    return SampleMeanStatistic(n=count, sum=total, sum_squares=(count - 1) * deviation**2 + total**2 / count)


for first, second in [((2_600, 60.0, 38.0), (2_500, 62.0, 40.0)), ((400, 60.0, 38.0), (380, 62.0, 41.0))]:
    config = SequentialConfig(difference_type="absolute")
    test = SequentialTwoSidedTTest(sample(*first), sample(*second), config)
    orders = first[0] + second[0]
    low, high = test.confidence_interval
    print(orders, repr(float(test.rho)), repr(float(np.sqrt(test.variance * orders))), repr(float((high - low) / 2)))
