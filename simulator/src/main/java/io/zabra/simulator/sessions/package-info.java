// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What is known of the sessions of a simulated ensemble: `Lifetimes` knows how long they live, and who knows them.
/// `Sent` is a request, and `Authors` know which of them a transaction was made of.
@NullMarked
package io.zabra.simulator.sessions;

import org.jspecify.annotations.NullMarked;
