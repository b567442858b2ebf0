// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// How fast work may go that runs beside the serving: [SnapshotPace] for the writing of snapshots.
@NullMarked
package io.zabra.server.pace;

import org.jspecify.annotations.NullMarked;
