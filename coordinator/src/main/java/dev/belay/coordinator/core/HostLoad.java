package dev.belay.coordinator.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many leases of each job are out to each host: soft state, of the workers that are known. */
final class HostLoad {
  private final Map<JobRecord, Map<String, Integer>> byJob = new LinkedHashMap<>();

  int of(JobRecord job, String host) {
    return byJob.getOrDefault(job, Map.of()).getOrDefault(host, 0);
  }

  void add(JobRecord job, String host, int count) {
    Map<String, Integer> hosts = byJob.computeIfAbsent(job, j -> new LinkedHashMap<>());
    if (hosts.merge(host, count, Integer::sum) == 0) {
      hosts.remove(host);
      if (hosts.isEmpty()) {
        byJob.remove(job);
      }
    }
  }
}
