// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The real disk: [FileDisk] is a [io.zabra.storage.Disk] over a folder of the file system, with `fdatasync`, fsync of
/// the folder, and a lock that keeps a second server out.
@NullMarked
package io.zabra.storage.file;

import org.jspecify.annotations.NullMarked;
