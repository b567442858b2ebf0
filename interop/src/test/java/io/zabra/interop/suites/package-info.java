// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The server under the test suites of the modules `client` and `cli`.
///
/// In those modules the suites run against Apache's server. Here the build runs the same classes against Zabra's: see
/// the execution `zabra-under-test` in the module's `pom.xml`.
@NullMarked
package io.zabra.interop.suites;

import org.jspecify.annotations.NullMarked;
