package dev.belay.bench.jmh;

import dev.belay.bench.report.Sample;
import java.util.Map;

/**
 * What one method with one set of parameters came to.
 *
 * @param nanos an operation, one value for each iteration of all rounds
 */
record Score(String method, Map<String, String> parameters, Sample nanos) {
  String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(method + " has no parameter " + name);
    }
    return value;
  }

  /** Operations a second, by the median. */
  double aSecond() {
    return 1e9 / nanos.median();
  }
}
