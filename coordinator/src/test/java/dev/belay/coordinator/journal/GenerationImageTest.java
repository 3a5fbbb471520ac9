package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JournalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader's judgement of where a journal ends, in thousands of power cuts. */
final class GenerationImageTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aPowerCutTakesNothingThatWasSynced(long seed) throws JournalException {
    for (int round = 0; round < 200; round++) {
      Random random = new Random(seed * 1_000 + round);
      GenerationImage image = GenerationImage.begin(3, 11, random.nextLong());
      List<JournalRecord> records = fill(image, random);

      List<JournalRecord> read = new ArrayList<>();
      double share = random.nextDouble();
      long last =
          image
              .afterPowerCut(word -> random.nextDouble() < share, random.nextBoolean())
              .read(0, read::add);

      assertThat(last).isBetween(image.syncedSequence(), image.lastSequence());
      assertThat(read).hasSize((int) (last - 10));
      for (int i = 0; i < read.size(); i++) {
        assertThat(read.get(i).getEventsList()).isEqualTo(records.get(i).getEventsList());
      }
    }
  }

  private static List<JournalRecord> fill(GenerationImage image, Random random) {
    List<JournalRecord> records = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      JournalRecord record = Jobs.record(image.lastSequence() + 1, random.nextInt(300));
      image.append(record);
      records.add(record);
      if (random.nextInt(4) == 0) {
        image.sync();
      }
    }
    return records;
  }
}
