// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of the packets between servers.
@NullMarked
package io.zabra.wire.quorum;

import org.jspecify.annotations.NullMarked;
