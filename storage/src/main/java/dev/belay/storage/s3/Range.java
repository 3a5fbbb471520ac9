package dev.belay.storage.s3;

import java.io.IOException;
import java.util.Arrays;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An answer with a range of an object, in an array of just that size. */
record Range(GetObjectResponse answer, byte[] bytes) {
  /** Reads an answer to its end, or so many bytes of one that is longer than was asked for. */
  static ResponseTransformer<GetObjectResponse, Range> ofAtMost(int size) {
    return (answer, in) -> {
      Long length = answer.contentLength();
      byte[] bytes = new byte[(int) Math.min(size, length == null ? size : length)];
      try {
        int read = in.readNBytes(bytes, 0, bytes.length);
        // At its end the checksum of the answer is looked at.
        if (read == bytes.length && (length == null || length <= size)) {
          int unused = in.read();
        }
        return new Range(answer, read == bytes.length ? bytes : Arrays.copyOf(bytes, read));
      } catch (IOException e) {
        throw RetryableException.create("the answer broke off", e);
      }
    };
  }
}
