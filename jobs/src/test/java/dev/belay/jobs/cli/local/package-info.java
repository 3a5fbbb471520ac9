@org.jspecify.annotations.NullMarked
package dev.belay.jobs.cli.local;
