// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// What a server keeps on its disk, and the threads that see to it.
///
/// [DataFolders] opens the folders and reads what they hold. From then on `LogLoop` makes transactions durable,
/// `SnapshotTask` writes snapshots, and `Housekeeping` measures the space that is left and removes old files. All of
/// them hear from the owner of the node, and answer with inputs to it.
@NullMarked
package io.zabra.server.disk;

import org.jspecify.annotations.NullMarked;
