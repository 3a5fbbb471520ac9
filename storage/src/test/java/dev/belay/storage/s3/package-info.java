@org.jspecify.annotations.NullMarked
package dev.belay.storage.s3;
