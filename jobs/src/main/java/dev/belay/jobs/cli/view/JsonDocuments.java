package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.runtime.proto.CauseCount;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.WorkerDescription;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents that {@code --json} prints. Every field is always there, null where there is
 * nothing, in the order written here; fields are added at the end and never change their meaning.
 */
public final class JsonDocuments {
  private JsonDocuments() {}

  /**
   * The fields of {@code describe}, inside an object that the caller opens and closes.
   *
   * @param pages of the job's partitions, in order; the first tells of the job as a whole
   */
  public static void jobFields(JsonGenerator json, Iterable<JobDescription> pages)
      throws IOException {
    Iterator<JobDescription> page = pages.iterator();
    JobDescription job = page.next();
    JobSummary summary = job.getSummary();
    json.writeStringField("jobId", summary.getJobId());
    json.writeStringField("name", summary.getName());
    json.writeStringField("job", summary.getJob());
    json.writeStringField("state", Names.of(summary.getState()));
    json.writeArrayFieldStart("partitions");
    partitions(json, job);
    while (page.hasNext()) {
      partitions(json, page.next());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("recoveries");
    for (Recovery recovery : job.getRecoveriesList()) {
      recovery(json, recovery);
    }
    json.writeEndArray();
    result(json, job);
    text(json, "error", summary.getError());
    text(json, "trouble", job.getTrouble());
    text(json, "storeTrouble", job.getStoreTrouble());
    json.writeNumberField("quarantined", summary.getQuarantined());
    json.writeNumberField("bisecting", summary.getBisecting());
    Wishes.fields(json, job.getSpec());
    Retention.fields(json, job);
  }

  public static void job(JsonGenerator json, Iterable<JobDescription> pages) throws IOException {
    json.writeStartObject();
    jobFields(json, pages);
    json.writeEndObject();
  }

  public static void jobs(JsonGenerator json, List<JobSummary> jobs) throws IOException {
    json.writeStartArray();
    for (JobSummary job : jobs) {
      json.writeStartObject();
      json.writeStringField("jobId", job.getJobId());
      json.writeStringField("name", job.getName());
      json.writeStringField("job", job.getJob());
      json.writeStringField("state", Names.of(job.getState()));
      json.writeNumberField("partitions", job.getPartitions());
      json.writeNumberField("running", job.getRunning());
      json.writeNumberField("succeeded", job.getSucceeded());
      json.writeNumberField("failed", job.getFailed());
      json.writeNumberField("quarantined", job.getQuarantined());
      json.writeNumberField("bisecting", job.getBisecting());
      progress(json, job.getProgress());
      json.writeNumberField("submittedMillis", job.getSubmittedMillis());
      if (job.getEndedMillis() == 0) {
        json.writeNullField("endedMillis");
      } else {
        json.writeNumberField("endedMillis", job.getEndedMillis());
      }
      text(json, "error", job.getError());
      json.writeNumberField("priority", job.getPriority());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  public static void workers(JsonGenerator json, List<WorkerDescription> workers)
      throws IOException {
    json.writeStartArray();
    for (WorkerDescription worker : workers) {
      json.writeStartObject();
      json.writeStringField("id", worker.getId());
      json.writeStringField("state", Names.of(worker.getState()));
      json.writeNumberField("slots", worker.getSlots());
      json.writeNumberField("running", worker.getRunning());
      json.writeNumberField("pid", worker.getPid());
      text(json, "reason", worker.getReason());
      json.writeNumberField("risk", Math.round(worker.getRisk() * 100) / 100.0);
      json.writeNumberField("lingering", worker.getLingering());
      Wishes.labels(json, "labels", worker.getLabelsList());
      json.writeNumberField("queue", worker.getQueue());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void partitions(JsonGenerator json, JobDescription page) throws IOException {
    for (PartitionDescription partition : page.getPartitionsList()) {
      partition(json, partition);
    }
  }

  private static void partition(JsonGenerator json, PartitionDescription partition)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", partition.getIndex());
    json.writeStringField("state", Names.of(partition.getState()));
    text(json, "worker", partition.getWorker());
    if (partition.hasEpoch()) {
      number(json, "epoch", partition.getEpoch().getCounter());
    } else {
      json.writeNullField("epoch");
    }
    json.writeNumberField("attempts", partition.getAttempts());
    progress(json, partition.getProgress());
    checkpoint(json, partition.hasCheckpoint() ? partition.getCheckpoint() : null);
    if (partition.hasSplitFrom()) {
      json.writeNumberField("splitFrom", partition.getSplitFrom());
    } else {
      json.writeNullField("splitFrom");
    }
    if (partition.hasBisected()) {
      json.writeNumberField("bisected", partition.getBisected());
    } else {
      json.writeNullField("bisected");
    }
    text(json, "secondWorker", partition.getSecondWorker());
    text(json, "error", partition.getError());
    json.writeObjectFieldStart("endings");
    for (CauseCount ending : partition.getEndingsList()) {
      json.writeNumberField(ending.getCause().name(), ending.getCount());
    }
    json.writeEndObject();
    text(json, "detail", partition.getDetail());
    json.writeArrayFieldStart("log");
    for (String line : partition.getLogList()) {
      json.writeString(line);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("quarantined");
    for (QuarantinedCheckpoint bad : partition.getQuarantinedList()) {
      json.writeStartObject();
      number(json, "sequence", bad.getSequence());
      json.writeStringField("key", bad.getKey());
      json.writeStringField("message", bad.getMessage());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void checkpoint(JsonGenerator json, @Nullable Checkpoint checkpoint)
      throws IOException {
    if (checkpoint == null) {
      json.writeNullField("checkpoint");
      return;
    }
    json.writeObjectFieldStart("checkpoint");
    number(json, "sequence", checkpoint.getSequence());
    number(json, "bytes", checkpoint.getBytes());
    number(json, "storedBytes", checkpoint.getStoredBytes());
    json.writeEndObject();
  }

  /** Of planning and publishing the partition is null: they have none. */
  private static void recovery(JsonGenerator json, Recovery recovery) throws IOException {
    json.writeStartObject();
    if (recovery.getKind() == TaskKind.PLAN || recovery.getKind() == TaskKind.PUBLISH) {
      json.writeNullField("partition");
    } else {
      json.writeNumberField("partition", recovery.getPartition());
    }
    text(json, "fromWorker", recovery.getFromWorker());
    text(json, "toWorker", recovery.getToWorker());
    json.writeStringField("cause", recovery.getCause().name());
    number(json, "detectedMillis", recovery.getDetectedMillis());
    optional(json, "restoredMillis", recovery.hasRestoredMillis(), recovery.getRestoredMillis());
    optional(
        json,
        "resumedFromSequence",
        recovery.hasResumedFromSequence(),
        recovery.getResumedFromSequence());
    json.writeEndObject();
  }

  /** A total of 0 is an unknown one. */
  private static void progress(JsonGenerator json, Progress progress) throws IOException {
    json.writeObjectFieldStart("progress");
    number(json, "done", progress.getDone());
    boolean known = progress.getTotal() != 0;
    optional(json, "total", known, progress.getTotal());
    if (known) {
      real(json, "share", (double) progress.getDone() / progress.getTotal());
    } else {
      json.writeNullField("share");
    }
    json.writeEndObject();
  }

  private static void result(JsonGenerator json, JobDescription job) throws IOException {
    if (!job.hasResult()) {
      json.writeNullField("result");
      return;
    }
    json.writeObjectFieldStart("result");
    for (Field field : job.getResult().getFieldsList()) {
      switch (field.getValue().getKindCase()) {
        case INTEGER -> json.writeNumberField(field.getName(), field.getValue().getInteger());
        case REAL -> real(json, field.getName(), field.getValue().getReal());
        case TEXT -> json.writeStringField(field.getName(), field.getValue().getText());
        case FLAG -> json.writeBooleanField(field.getName(), field.getValue().getFlag());
        case KIND_NOT_SET -> json.writeNullField(field.getName());
      }
    }
    json.writeEndObject();
  }

  /** JSON has no way to write what is not finite. */
  private static void real(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  private static void text(JsonGenerator json, String name, String value) throws IOException {
    if (value.isEmpty()) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  private static void optional(JsonGenerator json, String name, boolean present, long value)
      throws IOException {
    if (present) {
      number(json, name, value);
    } else {
      json.writeNullField(name);
    }
  }

  private static void number(JsonGenerator json, String name, long unsigned) throws IOException {
    if (unsigned >= 0) {
      json.writeNumberField(name, unsigned);
    } else {
      json.writeNumberField(name, new BigInteger(Long.toUnsignedString(unsigned)));
    }
  }
}
