package dev.belay.runtime.wire;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.JobTerms;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says once in a message what all assignments of a job in it have in common: a thousand tiny
 * partitions would else carry a thousand copies of their job's parameters.
 */
public final class JobTable {
  private JobTable() {}

  /** For the wire: the assignments without what the table says of their job. */
  public static Desired compacted(Desired desired) {
    if (desired.getAssignCount() < 2) {
      return desired;
    }
    Map<String, JobTerms> table = new LinkedHashMap<>();
    Desired.Builder compact = desired.toBuilder().clearAssign();
    for (Assignment assignment : desired.getAssignList()) {
      String job = assignment.getLease().getTask().getJob();
      JobTerms terms = table.get(job);
      if (terms == null) {
        terms = terms(job, assignment);
        table.put(job, terms);
      }
      compact.addAssign(agree(assignment, terms) ? without(assignment) : assignment);
    }
    return compact.addAllJobs(table.values()).build();
  }

  private static JobTerms terms(String job, Assignment assignment) {
    JobTerms.Builder terms =
        JobTerms.newBuilder()
            .setJob(job)
            .setKeyPrefix(assignment.getKeyPrefix())
            .setSplits(assignment.getSplits());
    if (assignment.hasSpec()) {
      terms.setSpec(assignment.getSpec());
    }
    if (assignment.hasPlan()) {
      terms.setPlan(assignment.getPlan());
    }
    return terms.build();
  }

  private static boolean agree(Assignment assignment, JobTerms terms) {
    return assignment.hasSpec()
        && terms.hasSpec()
        && assignment.hasPlan() == terms.hasPlan()
        && assignment.getSplits() == terms.getSplits()
        && assignment.getKeyPrefix().equals(terms.getKeyPrefix())
        && assignment.getSpec().equals(terms.getSpec())
        && assignment.getPlan().equals(terms.getPlan());
  }

  private static Assignment without(Assignment assignment) {
    return assignment.toBuilder().clearSpec().clearKeyPrefix().clearPlan().clearSplits().build();
  }

  /** From the wire: every assignment whole again. */
  public static Desired expanded(Desired desired) {
    if (desired.getJobsCount() == 0) {
      return desired;
    }
    Map<String, JobTerms> table = new HashMap<>();
    desired.getJobsList().forEach(terms -> table.put(terms.getJob(), terms));
    Desired.Builder whole = desired.toBuilder().clearAssign().clearJobs();
    for (Assignment assignment : desired.getAssignList()) {
      JobTerms terms = table.get(assignment.getLease().getTask().getJob());
      whole.addAssign(terms == null || assignment.hasSpec() ? assignment : with(assignment, terms));
    }
    return whole.build();
  }

  private static Assignment with(Assignment assignment, JobTerms terms) {
    Assignment.Builder whole =
        assignment.toBuilder()
            .setSpec(terms.getSpec())
            .setKeyPrefix(terms.getKeyPrefix())
            .setSplits(terms.getSplits());
    if (terms.hasPlan()) {
      whole.setPlan(terms.getPlan());
    }
    return whole.build();
  }
}
