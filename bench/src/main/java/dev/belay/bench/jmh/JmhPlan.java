package dev.belay.bench.jmh;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What JMH is to run.
 *
 * @param methods by their simple names; all of the class's if empty
 * @param parameters in place of those that stand in the class
 * @param heap of each JVM, as in "1g"
 */
record JmhPlan(
    Class<?> type, List<String> methods, Map<String, List<String>> parameters, String heap) {
  static JmhPlan of(Class<?> type) {
    return new JmhPlan(type, List.of(), Map.of(), "1g");
  }

  JmhPlan with(String parameter, List<String> values) {
    Map<String, List<String>> all = new LinkedHashMap<>(parameters);
    all.put(parameter, values);
    return new JmhPlan(type, methods, all, heap);
  }

  JmhPlan only(String... names) {
    return new JmhPlan(type, List.of(names), parameters, heap);
  }

  JmhPlan heap(String size) {
    return new JmhPlan(type, methods, parameters, size);
  }
}
