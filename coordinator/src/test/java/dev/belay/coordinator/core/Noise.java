package dev.belay.coordinator.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.SplitBounds;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages that nobody means: fields at random, set or not, with values from the edges, and now and
 * then with names and leases that exist.
 */
final class Noise {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "b",
          "a-1",
          "b-1",
          "count",
          "c1",
          "job-1",
          "job-2",
          "/out",
          "x",
          "\u0000\n",
          "c1/job-1/p0/1-1-1-1.ckpt",
          "../..",
          "y".repeat(70),
          "z".repeat(5_000));
  private static final long[] NUMBERS = {
    0, 1, 2, 3, 100, -1, 0xffff_ffffL, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private static final UnknownFieldSet OF_A_NEWER_VERSION =
      UnknownFieldSet.newBuilder()
          .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private final Random random;
  private final Supplier<@Nullable Lease> leases;

  /**
   * @param leases some lease that exists or existed; null when there is none
   */
  Noise(Random random, Supplier<@Nullable Lease> leases) {
    this.random = random;
    this.leases = leases;
  }

  /** Fills in a message. */
  <B extends Message.Builder> B fill(B message) {
    fill(message, 0);
    return message;
  }

  private void fill(Message.Builder message, int depth) {
    Lease real = leases.get();
    if (message instanceof Lease.Builder lease && real != null && random.nextInt(4) > 0) {
      lease.mergeFrom(real);
      return;
    }
    if (message instanceof SplitBounds.Builder) {
      // What bounds mean is the job's own; any would be taken.
      return;
    }
    if (random.nextInt(10) == 0) {
      message.setUnknownFields(OF_A_NEWER_VERSION);
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (random.nextInt(3) == 0 || depth > 5) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(message, field, depth));
        }
      } else {
        message.setField(field, value(message, field, depth));
      }
    }
  }

  private Object value(Message.Builder parent, FieldDescriptor field, int depth) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    return switch (field.getJavaType()) {
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> (float) number;
      case DOUBLE -> Double.NaN;
      case BOOLEAN -> random.nextBoolean();
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BYTE_STRING -> ByteString.copyFromUtf8(TEXTS.get(random.nextInt(TEXTS.size())));
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield type.findValueByNumberCreatingIfUnknown(random.nextInt(type.getValues().size() + 2));
      }
      case MESSAGE -> {
        Message.Builder child = parent.newBuilderForField(field);
        fill(child, depth + 1);
        yield child.build();
      }
    };
  }
}
