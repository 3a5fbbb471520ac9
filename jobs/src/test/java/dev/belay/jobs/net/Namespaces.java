package dev.belay.jobs.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network namespaces of one test: named for this process, so that those of one that died before
 * it could clean up are known for what they are, and swept.
 */
final class Namespaces implements AutoCloseable {
  private static final Pattern OURS = Pattern.compile("belay-(\\d+)-\\d+-\\w+");
  private static int tests;

  private final String prefix;
  private final List<String> made = new ArrayList<>();

  Namespaces() throws IOException {
    sweep();
    prefix = "belay-" + ProcessHandle.current().pid() + "-" + nextTest() + "-";
  }

  private static synchronized int nextTest() {
    return ++tests;
  }

  private static void sweep() throws IOException {
    for (String line : Tool.run("ip netns list").lines().toList()) {
      String name = line.split(" ")[0];
      Matcher ours = OURS.matcher(name);
      if (ours.matches()
          && ProcessHandle.of(Long.parseLong(ours.group(1)))
              .filter(ProcessHandle::isAlive)
              .isEmpty()) {
        delete(name);
      }
    }
  }

  /** With whatever still runs in it. */
  private static void delete(String name) throws IOException {
    for (String pid : Tool.run("ip netns pids " + name).lines().toList()) {
      ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
    }
    Tool.run("ip netns del " + name);
  }

  /** Makes one, and returns its name. */
  String add(String name) throws IOException {
    String full = prefix + name;
    Tool.run("ip netns add " + full);
    made.add(full);
    Tool.run("ip -n " + full + " link set lo up");
    return full;
  }

  @Override
  public void close() throws IOException {
    Collections.reverse(made);
    for (String name : made) {
      delete(name);
    }
    made.clear();
  }
}
