package dev.belay.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  /** Writes down what goes out: the numbers of the reports in a message, or "heartbeat". */
  private static final class Recording implements Link {
    final List<String> sent = new ArrayList<>();

    @Override
    public void send(FromWorker message) {
      if (message.hasHeartbeat()) {
        sent.add("heartbeat");
      } else if (message.hasReport()) {
        sent.add("one " + message.getReport().getNumber());
      } else {
        sent.add(message.getReportsList().stream().map(Report::getNumber).toList().toString());
      }
    }

    @Override
    public void taken() {}

    @Override
    public void close() {}

    @Override
    public CompletableFuture<ListCompletionsReply> completions(ListCompletionsRequest request) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }
  }

  private final Recording link = new Recording();
  private final Outgoing outgoing = new Outgoing();

  private static FromWorker report(long number) {
    return report(number, "");
  }

  private static FromWorker report(long number, String detail) {
    Report.Builder report =
        Report.newBuilder().setNumber(number).setFailed(Failed.newBuilder().setDetail(detail));
    return FromWorker.newBuilder().setReport(report).build();
  }

  private static final FromWorker HEARTBEAT =
      FromWorker.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

  @Test
  void reportsGoTogetherAndNothingOvertakes() {
    outgoing.use(link);
    outgoing.send(report(1));
    outgoing.send(report(2));
    outgoing.send(HEARTBEAT);
    outgoing.send(report(3));
    assertThat(link.sent).containsExactly("[1, 2]", "heartbeat");
    outgoing.flush();
    outgoing.flush();
    assertThat(link.sent).containsExactly("[1, 2]", "heartbeat", "one 3");
  }

  /** Else a burst of large reports would be larger than a connection carries. */
  @Test
  void aMessageIsSentBeforeItGrowsTooLarge() {
    outgoing.use(link);
    for (int i = 1; i <= 3; i++) {
      outgoing.send(report(i, "x".repeat(400_000)));
    }
    assertThat(link.sent).containsExactly("[1, 2]");
  }

  /** A lone report is not delayed; in a stream of them, messages are. */
  @Test
  void reportsInQuickSuccessionWaitForEachOtherAndOthersDoNot() {
    outgoing.use(link);
    outgoing.send(report(1));
    outgoing.flushIfDue(0);
    assertThat(link.sent).containsExactly("one 1");
    outgoing.send(report(2));
    outgoing.flushIfDue(500_000);
    outgoing.send(report(3));
    assertThat(outgoing.waitNanos(1_500_000)).isEqualTo(500_000);
    outgoing.flushIfDue(2_000_000);
    assertThat(link.sent).containsExactly("one 1", "[2, 3]");
    outgoing.send(report(4));
    outgoing.flushIfDue(9_000_000);
    assertThat(link.sent).containsExactly("one 1", "[2, 3]", "one 4");
  }

  /** On a new link the core sends all again that was not answered; once is enough. */
  @Test
  void whatWasGatheredForAnOldLinkDoesNotGoOutOnTheNewOne() {
    outgoing.use(new Recording());
    outgoing.send(report(1));
    outgoing.use(link);
    outgoing.flush();
    assertThat(link.sent).isEmpty();
  }
}
