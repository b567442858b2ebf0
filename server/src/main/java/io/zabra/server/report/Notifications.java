// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import io.zabra.server.observe.Events;
import java.util.function.Consumer;

/// Whom a server tells what happens.
///
/// @param events becomes lines of the log
/// @param fatal told when the server cannot go on and the process has to end at once
public record Notifications(Events events, Consumer<Throwable> fatal) {}
