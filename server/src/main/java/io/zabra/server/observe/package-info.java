// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// What the server tells about itself: log lines and metrics. Who reports what is in `io.zabra.server.report`.
///
/// [Events] takes an event, which is a record that says what happened, and makes one log line and one count of it.
/// [Metrics] holds the numbers that `mntr` shows, under the names and in the order of Apache ZooKeeper 3.9.5.
///
/// Hot paths write to a [Counter.Cell] or a [Summary.Cell] of their own, which costs no atomic operation; readers add
/// the cells up. Reading order: [Events], [Metrics], [Counter], [Summary].
@NullMarked
package io.zabra.server.observe;

import org.jspecify.annotations.NullMarked;
