/**
 * Files as input, for any job: {@link dev.belay.runtime.job.input.FileSplitter} cuts a file or a
 * directory into splits of byte ranges, {@link dev.belay.runtime.job.input.Lines} reads such a
 * split line by line, and {@link dev.belay.runtime.job.input.Blocks} block by block, for jobs that
 * look for records of their own in plain bytes. Where a reader has got to is one long, which
 * belongs in the job's state.
 *
 * <p>The workers must see the same files under the same paths as the planner did. A file that was
 * changed since is refused, not half read.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.job.input;
