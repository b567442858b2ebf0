// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

/// Figures of the data watches (`wchs`): clients that have any, paths that have any, and registrations.
public record WatchSummary(int clients, int paths, int watches) {}
