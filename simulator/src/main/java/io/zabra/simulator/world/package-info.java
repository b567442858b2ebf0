// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The server process and its clients in virtual time.
@NullMarked
package io.zabra.simulator.world;

import org.jspecify.annotations.NullMarked;
