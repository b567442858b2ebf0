// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// The settings of a server: read once at start, checked, and from then on one immutable value.
///
/// What comes in: a `zoo.cfg` file, `-D` options and two environment variables ([ConfigInput]). What goes out: a
/// [ServerConfig], or the list of everything that is wrong with the input ([ConfigResult]).
///
/// Reading order: [Setting] and [Settings] (the one table of all keys, from which the reader, `--print-config` and
/// `docs/configuration.md` come), [ConfigReader] (the road from text to [ServerConfig]), then [ServerConfig] itself.
/// No other package reads a system property, an environment variable or `zoo.cfg`.
@NullMarked
package io.zabra.server.config;

import org.jspecify.annotations.NullMarked;
