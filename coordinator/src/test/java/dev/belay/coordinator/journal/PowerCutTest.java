package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A power cut, simulated: after the last sync each block of the file reaches the device in any of
 * the states that it went through since, whatever its neighbours do. What was synced must be there,
 * in its order; what was not may be, as far as nothing before it is missing; nothing is refused.
 */
class PowerCutTest {
  private static final int LOOK_AT_BYTES = 1 << 17;

  @TempDir Path root;
  @TempDir Path device;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void whatWasSyncedIsThere(int seed) throws IOException {
    Random random = new Random(seed);
    int synced = random.nextInt(9);
    int total = synced + 1 + random.nextInt(12);
    List<byte[]> states = new ArrayList<>();
    List<byte[]> marks = new ArrayList<>();
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = Directories.store(directory);
      try (Journal journal = store.begin(store.recover())) {
        GenerationFiles files = Directories.files(root, 1);
        for (int i = 1; i <= total; i++) {
          marks.add(Files.readAllBytes(files.mark()));
          journal.append(Jobs.record(i, random.nextInt(random.nextBoolean() ? 60 : 3000)));
          if (i <= synced) {
            journal.sync();
          }
          if (i >= synced) {
            states.add(begin(files.cycle()));
          }
        }
        if (synced == 0) {
          states.add(0, emptied(states.get(0)));
        }
      }
    }
    for (int cut = 0; cut < 25; cut++) {
      int block = new int[] {64, 512, 4096}[random.nextInt(3)];
      lay(mixed(states, block, random), marks.get(random.nextInt(marks.size())));
      List<String> names = Directories.recover(device).target().names;

      assertThat(names).as("seed %d, cut %d", seed, cut).isEqualTo(Jobs.upTo(names.size()));
      assertThat(names).as("seed %d, cut %d", seed, cut).hasSizeBetween(synced, total);
    }
    int survived = Directories.recover(device).target().names.size();
    Directories.grow(device, 5);
    assertThat(Directories.recover(device).target().names).isEqualTo(Jobs.upTo(survived + 5));
  }

  private static byte[] begin(Path file) throws IOException {
    byte[] bytes = new byte[LOOK_AT_BYTES];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.readFully(bytes);
    }
    return bytes;
  }

  /** As it was before the first record: the header is synced when the journal begins. */
  private static byte[] emptied(byte[] state) {
    byte[] empty = state.clone();
    int record = 0;
    while (!new String(state, record, 4, StandardCharsets.ISO_8859_1).equals("BLJR")) {
      record++;
    }
    Arrays.fill(empty, record - ChronicleDocument.FRAME, empty.length, (byte) 0);
    return empty;
  }

  private static byte[] mixed(List<byte[]> states, int block, Random random) {
    byte[] mixed = new byte[LOOK_AT_BYTES];
    for (int at = 0; at < mixed.length; at += block) {
      System.arraycopy(states.get(random.nextInt(states.size())), at, mixed, at, block);
    }
    return mixed;
  }

  private void lay(byte[] cycle, byte[] mark) throws IOException {
    GenerationFiles files = Directories.files(device, 1);
    if (!Files.exists(files.directory())) {
      Directories.copy(root.resolve("snapshots"), device.resolve("snapshots"));
      Files.createDirectories(files.directory());
    }
    Files.write(files.cycle(), cycle);
    Files.write(files.mark(), mark);
  }
}
