/** The one layout of all stored objects: header, compressed chunks, manifest, footer. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.format;
