/** Objects in a bucket of S3, or of a server that speaks its language. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.s3;
