// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// `./zabra bench`: measures a server, or two in alternation, with its own load generator.
///
/// Reading order: [Main], [RunOptions], [Rounds]; then the packages `scenario`, `load`, `target`, `measure`, `report`.
@NullMarked
package io.zabra.bench;

import org.jspecify.annotations.NullMarked;
