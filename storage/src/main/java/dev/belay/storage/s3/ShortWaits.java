package dev.belay.storage.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Where a server asks to come again in a while, that is in {@value #MOST_SECONDS} s at most. MinIO
 * asks for a minute whenever it is busy or about to start, which takes it a moment; the SDK would
 * sleep as long, in the middle of a request. What takes longer is for the caller to wait for.
 */
final class ShortWaits implements ExecutionInterceptor {
  static final int MOST_SECONDS = 2;

  private static final String WAIT = "Retry-After";

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    SdkHttpResponse response = context.httpResponse();
    return response.firstMatchingHeader(WAIT).filter(ShortWaits::isLong).isPresent()
        ? response.toBuilder().putHeader(WAIT, Integer.toString(MOST_SECONDS)).build()
        : response;
  }

  /** Also a date, which is the other form of it. */
  private static boolean isLong(String wait) {
    try {
      return Integer.parseInt(wait.strip()) > MOST_SECONDS;
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
