package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees who has the command wrong: one line, exit 2, and nothing on standard output. */
final class UsageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lits",
        "--nonsense",
        "list extra",
        "list --cordinator 127.0.0.1:1",
        "list --coordinator nowhere",
        "list --coordinator 127.0.0.1:70700",
        "describe",
        "cancel",
        "watch",
        "submit",
        "submit nosuchjob",
        "submit echo",
        "submit echo -p words",
        "submit echo -p words=a -p words=b",
        "submit echo -p words=a -p times=many",
        "submit echo -p words=a -p colour=red",
        "submit echo -p words=missing.txt",
        "submit echo -p words=a --partitions 0",
        "submit echo -p words=a --partitions 1000001",
        "submit echo -p words=a --partitions x",
        "submit echo -p words=a --checkpoint-interval 99ms",
        "submit echo -p words=a --checkpoint-interval 2",
        "submit echo -p words=a --checkpoint-interval 99999999h",
        "submit echo -p words=a --on-lost-checkpoints maybe",
        "submit echo -p words=a --require gpu",
        "submit echo -p words=a --require gpu=",
        "submit echo -p words=a --require gpu=yes --require gpu=no",
        "submit echo -p words=a --placement anywhere",
        "submit echo -p words=a --priority high",
        "submit echo -p words=a --priority 1001",
        "submit echo -p words=a --max-running 0",
        "run echo",
        "run echo -p words=a --workers 0",
        "run echo -p words=a --slots many",
        "demo fast",
        "coordinator --listen 7070",
        "coordinator --listen 127.0.0.1:0 --collect-every often",
        "coordinator --listen 127.0.0.1:0 --collect-every 999ms",
        "coordinator --listen 127.0.0.1:0 --collect-every 31d",
        "run echo -p words=a --collect-every 0s",
        "coordinator --listen 192.0.2.1:0",
        "coordinator --listen 127.0.0.1:0 --store s3:nowhere",
        "worker --id a/b",
        "worker --slots 0",
        "worker --queue -1",
        "worker --connect-timeout soon",
        "worker --connect-timeout 0s",
        "worker --label gpu",
        "worker -l a=1 -l a=2",
        "submit echo -p words=a --keep-checkpoints 0",
        "submit echo -p words=a --keep-checkpoints 21",
        "submit echo -p words=a --keep-for forever",
        "submit echo -p words=a --max-checkpoint-age 0s",
        "retry job-1 --max-checkpoint-age old",
        "checkpoints",
        "checkpoints lst",
        "checkpoints inspect",
        "checkpoints inspect job-1",
        "checkpoints inspect job-1 0 1 2",
        "checkpoints inspect job-1 x",
        "checkpoints inspect job-1 -1",
        "checkpoints export job-1 0",
        "checkpoints export job-1 0 12",
        "checkpoints export job-1 0 1 a b",
        "checkpoints export job-1 0 /",
        "checkpoints export job-1 0 /nowhere/p0.ckpt",
        "checkpoints export job-1 0 /dev/null/p0.ckpt",
        "bench",
        "checkpoints restore job-1 0",
        "checkpoints restore job-1 0 x",
        "checkpoints list job-1 --partition x",
      })
  void oneLineAndExitTwo(String words) {
    String[] args = words.isEmpty() ? new String[0] : words.split(" ");

    Ran ran = belay(args);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("belay: ").doesNotContain("Exception");
  }

  @Test
  void aMisspeltCommandIsSuggested() {
    assertThat(belay("lits").err()).contains("unknown command 'lits'", "'list'", "belay --help");
  }

  @Test
  void whatIsMissingIsNamedInTheWordsOfTheSynopsis() {
    assertThat(belay("checkpoints", "export", "job-1", "0").err())
        .startsWith("belay: too little: name JOB PARTITION [SEQUENCE] FILE; try");
    assertThat(belay("checkpoints", "export", "job-1", "0", "12").err())
        .startsWith("belay: no FILE: 12 looks like a SEQUENCE");
    assertThat(belay("checkpoints", "inspect", "job-1").err())
        .startsWith("belay: no PARTITION: which one of job job-1?");
  }

  /** It is the file's fault, and not the store's. */
  @Test
  void aFileThatCannotBeWrittenIsSaidBeforeAnythingIsRead(@TempDir Path directory) {
    String missing = directory.resolve("missing/p0.ckpt").toString();
    assertThat(belay("checkpoints", "export", "job-1", "0", missing).err())
        .isEqualTo(
            "belay: cannot write %s: there is no directory %s%n"
                .formatted(missing, directory.resolve("missing")));
    assertThat(belay("checkpoints", "export", "job-1", "0", directory.toString()).err())
        .isEqualTo("belay: %s is a directory: name a file in it%n".formatted(directory));
  }

  @Test
  void aMisspeltOptionIsSuggested() {
    assertThat(belay("list", "--cordinator", "127.0.0.1:1").err())
        .contains("'--cordinator'", "--coordinator", "belay list --help");
  }

  @Test
  void anUnknownJobNamesTheKnownOnes() {
    assertThat(belay("submit", "nosuchjob").err()).contains("nosuchjob", "echo");
  }

  /** Another port would not help. */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7070", "192.0.2.1:0", "999.1.1.1:7070", "nowhere.invalid:0"})
  void whoListensWhereItCannotIsToldOfTheAddress(String listen, @TempDir Path data) {
    Ran ran = belay("coordinator", "--listen", listen, "--data", data.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains("cannot listen on " + listen, "address of this machine", "--listen")
        .doesNotContain("port");
  }

  @Test
  void aWrongParameterIsNamed() {
    assertThat(belay("submit", "echo", "-p", "words=a", "-p", "times=101").err())
        .contains("times=101", "1 to 100");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit",
        "list",
        "describe",
        "watch",
        "pause",
        "resume",
        "stop",
        "cancel",
        "retry",
        "restart",
        "workers",
        "drain",
        "checkpoints",
        "bench",
        "jobs",
        "coordinator",
        "worker",
        "run",
        "demo",
        "simulate"
      })
  void everyCommandExplainsItselfWithExamples(String command) {
    Ran ran = belay(command, "--help");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("Usage: belay " + command, "--json", "Example");
    assertThat(
            ran.out()
                .lines()
                .dropWhile(line -> !line.equals("Examples:"))
                .skip(1)
                .takeWhile(line -> !line.isEmpty()))
        .as("no example is wrapped")
        .isNotEmpty()
        .allMatch(line -> line.startsWith("  "));
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void eachCommandIsASentenceOnALine() {
    List<String> lines = belay("--help").out().lines().toList();
    List<String> commands =
        lines.subList(lines.indexOf("Commands:") + 1, lines.size()).stream()
            .takeWhile(line -> !line.isEmpty())
            .toList();

    assertThat(commands)
        .hasSizeGreaterThan(15)
        .allSatisfy(
            line -> assertThat(line).matches("  [a-z]+ +[A-Z].*[^ ]\\.").hasSizeLessThan(80));
  }

  @Test
  void withJsonAnErrorIsADocument() {
    Ran ran = belay("submit", "--json", "nosuchjob");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(Ran.fields(ran.json())).containsExactly("error");
    assertThat(ran.err()).contains("nosuchjob");
  }

  @Test
  void jsonCountsEvenWhereTheRestCannotBeParsed() {
    assertThat(belay("lits", "--json").json().get("error").textValue()).contains("lits");
    assertThat(belay("--json").json().get("error").textValue()).contains("belay --help");
  }

  @Test
  void helpAndVersionAreDocumentsToo() {
    assertThat(belay("--json", "--version").json().get("version").textValue())
        .matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(belay("list", "--help", "--json").json().get("usage").textValue())
        .contains("belay list");
  }

  @Test
  void runTakesEveryOptionOfSubmit() {
    Ran submit = belay("submit", "--help");
    Ran run = belay("run", "--help");

    for (String option :
        new String[] {
          "--parameter",
          "--partitions",
          "--name",
          "--checkpoint-interval",
          "--on-lost-checkpoints",
          "--wait"
        }) {
      assertThat(submit.out()).contains(option);
      assertThat(run.out()).contains(option);
    }
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(belay("--version").out()).matches("belay \\d+\\.\\d+\\.\\d+\\S*\\R");
  }
}
