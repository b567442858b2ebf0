// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Clients that people use, unmodified, against a Zabra server: the official Java client, Curator, kazoo, the C client.
@NullMarked
package io.zabra.interop.clients;

import org.jspecify.annotations.NullMarked;
