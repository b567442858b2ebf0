// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The server process: [Main].
@NullMarked
package io.zabra.server;

import org.jspecify.annotations.NullMarked;
