// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// A world in which the real server lives a minute in less than a second: virtual time, a disk that loses power,
/// clients that come and go. Everything is drawn from one seed, so a seed is a whole bug report.
///
/// [Simulation] runs one life; `world` has the server process and its clients, `disk` the disk and its faults,
/// `check` the reference model that every answer is held against. `ensemble` has several servers and the network
/// between them. [Main] searches seeds.
@NullMarked
package io.zabra.simulator;

import org.jspecify.annotations.NullMarked;
