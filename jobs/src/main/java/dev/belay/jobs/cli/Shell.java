package dev.belay.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ParseResult;

/** Commands written so that they can be pasted into a shell. */
final class Shell {
  private static final String DATA = "--data";

  private Shell() {}

  /** The command that was given, with its data directory named. */
  static String again(ParseResult parsed, Path data) {
    List<String> words = new ArrayList<>();
    words.add("belay");
    List<String> given = parsed.originalArgs();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals(DATA)) {
        i++;
      } else if (!given.get(i).startsWith(DATA + "=")) {
        words.add(given.get(i));
      }
    }
    words.add(DATA);
    words.add(data.toString());
    return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
  }

  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
