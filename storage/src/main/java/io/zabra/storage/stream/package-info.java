// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Streams of bytes below the file formats: [Window] is what decoders read from, [Unwrapped] takes gzip and Snappy off,
/// [SnappyOutput] puts the latter on, [Compression] names them; [BatchMark] is what the log has between two batches.
/// Nothing here reads or writes files.
@NullMarked
package io.zabra.storage.stream;

import org.jspecify.annotations.NullMarked;
