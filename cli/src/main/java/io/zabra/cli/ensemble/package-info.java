// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// `./zabra ensemble`: a whole ensemble on this machine, to try out and to develop against.
///
/// [io.zabra.cli.ensemble.Main] reads the options. A [io.zabra.cli.ensemble.Layout] says where everything is and writes
/// the configuration, unless a [io.zabra.cli.ensemble.KeptConfig] tells that it has to stay; the
/// [io.zabra.cli.ensemble.KeptEnsemble] tells whether all members are there that were. Each member is a process of its
/// own, a [io.zabra.cli.ensemble.MemberProcess]. The [io.zabra.cli.ensemble.Watch] asks them how they are, and the
/// [io.zabra.cli.ensemble.Board] shows it. A [io.zabra.cli.ensemble.Launcher] has the commands to go on with.
///
/// The server is no part of this module: the launcher passes the command that starts one.
@NullMarked
package io.zabra.cli.ensemble;

import org.jspecify.annotations.NullMarked;
