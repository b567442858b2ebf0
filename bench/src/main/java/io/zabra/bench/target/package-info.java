// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The servers under measurement: how each is started on a fresh data directory, found, stopped and cleaned up.
///
/// Comes in: [ServerSettings], equal for all targets of a run. Goes out: a [RunningEnsemble], which for most scenarios
/// has one member. A target that runs already is only used, never stopped.
///
/// Reading order: [Target], [ServerSettings], [Launcher], [MemberPorts], [RunningEnsemble],
/// [RunningServer], [ApacheJars].
@NullMarked
package io.zabra.bench.target;

import org.jspecify.annotations.NullMarked;
