// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The shell: every command of Apache's `zkCli.sh`, with the same syntax and the same output.
///
/// [io.zabra.cli.Main] reads the options and runs one command or a session. [io.zabra.cli.Shell] holds the connection
/// and the history and runs lines; [io.zabra.cli.Commands] knows all commands, which stand in the classes named
/// `...Commands`, each a function from an [io.zabra.cli.Invocation] to text. [io.zabra.cli.CommandLine] reads the
/// options of a command. The package `ensemble` is a program of its own.
@NullMarked
package io.zabra.cli;

import org.jspecify.annotations.NullMarked;
