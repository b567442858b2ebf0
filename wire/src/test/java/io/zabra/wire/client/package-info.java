// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of the packets between clients and servers.
@NullMarked
package io.zabra.wire.client;

import org.jspecify.annotations.NullMarked;
