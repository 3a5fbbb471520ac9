package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Placement;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a job asks of the worker that gets its tasks, and which of those it prefers. Jobs that ask
 * the same share a {@link Pool}.
 *
 * @param code the name of the job's code
 * @param labels what the worker must be labelled with
 */
record Demand(String code, Map<String, String> labels, Placement placement) {
  static Demand of(JobSpec spec) {
    return new Demand(spec.getJob(), labels(spec.getRequireList()), spec.getPlacement());
  }

  /** By key; of a key given twice the last counts. */
  static Map<String, String> labels(Iterable<Label> labels) {
    Map<String, String> byKey = new TreeMap<>();
    labels.forEach(label -> byKey.put(label.getKey(), label.getValue()));
    return byKey;
  }

  boolean metBy(WorkerRecord worker) {
    return worker.offers(code) && labelsMetBy(worker);
  }

  boolean labelsMetBy(WorkerRecord worker) {
    return worker.labels.entrySet().containsAll(labels.entrySet());
  }

  /** For people: {@code gpu=yes, zone=eu1}. */
  String labelsText() {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(", "));
  }
}
