// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The floor of the machine: a server that cuts frames, keeps nothing and flushes once a batch. No real server can cost
/// less; its figures tell how much of a result is the machine's.
@NullMarked
package io.zabra.bench.floor;

import org.jspecify.annotations.NullMarked;
