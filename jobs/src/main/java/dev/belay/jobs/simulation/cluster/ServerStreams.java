package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.machine.Connection;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answers;
import dev.belay.runtime.proto.ToWorker;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The coordinator's ends of its workers' streams: stamps what is sent, and, like the real
 * connections, gathers the answers of a batch into one message in their place among the others.
 */
final class ServerStreams {
  /** An open stream, and the number of the last message on it. */
  private static final class Stream {
    final Connection connection;
    final Answers.Builder answers = Answers.newBuilder();
    long revision;

    Stream(Connection connection) {
      this.connection = connection;
    }
  }

  private final Cluster cluster;
  private final long coordinatorStart;
  private final boolean gathering;
  private final Map<Long, Stream> streams = new LinkedHashMap<>();

  ServerStreams(Cluster cluster, long coordinatorStart, boolean gathering) {
    this.cluster = cluster;
    this.coordinatorStart = coordinatorStart;
    this.gathering = gathering;
  }

  void accept(Connection connection) {
    streams.put(connection.stream(), new Stream(connection));
  }

  /** The other end is gone. */
  void closed(long id) {
    streams.remove(id);
    cluster.checker().closed(id);
  }

  void close(long id) {
    Stream stream = streams.remove(id);
    if (stream != null) {
      sendAnswers(id, stream);
      cluster.checker().closed(id);
      stream.connection.closeByServer();
    }
  }

  void send(long id, ToWorker.Builder message) {
    Stream stream = streams.get(id);
    if (stream == null) {
      return;
    }
    if (message.hasAnswer() && gathering) {
      gather(message.getAnswer(), stream);
    } else {
      sendAnswers(id, stream);
      send(id, stream, message);
    }
  }

  private static void gather(Answer answer, Stream stream) {
    if (answer.getVerdict() == Answer.Verdict.OK) {
      stream.answers.addOk(answer.getNumber());
    } else {
      stream.answers.addOthers(answer);
    }
  }

  private void sendAnswers(long id, Stream stream) {
    if (stream.answers.getOkCount() + stream.answers.getOthersCount() > 0) {
      ToWorker.Builder message = ToWorker.newBuilder().setAnswers(stream.answers);
      stream.answers.clear();
      send(id, stream, message);
    }
  }

  /** The batch is over. */
  void flush() {
    streams.forEach(this::sendAnswers);
  }

  private void send(long id, Stream stream, ToWorker.Builder message) {
    stream.revision++;
    ToWorker whole =
        message
            .setCoordinatorStart(coordinatorStart)
            .setStream(id)
            .setRevision(stream.revision)
            .build();
    cluster.tell("coordinator", stream.connection.client(), Words.of(whole));
    cluster.checker().sent(id, whole);
    stream.connection.send(whole);
  }
}
