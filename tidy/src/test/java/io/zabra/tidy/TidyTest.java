// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The rules of the house on all modules. Each list of violations has to be empty; a new exception needs its reason
/// here.
class TidyTest {

    /// From the top down.
    private static final List<String> CORE_ORDER = List.of(
            "io.zabra.core.node",
            "io.zabra.core.effect",
            "io.zabra.core.zab",
            "io.zabra.core.feed",
            "io.zabra.core.log",
            "io.zabra.core.request",
            "io.zabra.core.session",
            "io.zabra.core.auth",
            "io.zabra.core.watch",
            "io.zabra.core.tree",
            "io.zabra.core.election",
            "io.zabra.core.quorum",
            "io.zabra.core.base");

    /// Maps in here are only ever asked for single keys.
    private static final Set<String> LOOK_UP_ONLY = Set.of(
            "io.zabra.core.request.Outstanding",
            "io.zabra.core.tree.Acls",
            "io.zabra.core.tree.Restore",
            "io.zabra.core.watch.Directories");

    /// Packages that are catalogues: one record for each thing of the protocol.
    private static final Set<String> CATALOGUES = Set.of("wire/client", "wire/txn");

    private static final Set<String> PROPERTY_READERS =
            Set.of("io.zabra.server.config", "io.zabra.bench", "io.zabra.cli");

    @Test
    void theCoreTouchesNothingOfTheWorld() {
        assertThat(Codebase.classes("core")).flatMap(Walls::coreBans).isEmpty();
    }

    @Test
    void coreAndStorageIterateInTheSameOrderInEachRun() {
        assertThat(Codebase.classes("core"))
                .flatMap(type -> Walls.unorderedCollections(type, LOOK_UP_ONLY))
                .isEmpty();
        assertThat(Codebase.classes("storage"))
                .flatMap(type -> Walls.unorderedCollections(type, LOOK_UP_ONLY))
                .isEmpty();
    }

    @Test
    void packagesOfTheCorePointDownwards() {
        assertThat(Walls.packageOrder(Codebase.classes("core"), CORE_ORDER)).isEmpty();
    }

    @Test
    void noPackagesFormACycle() {
        assertThat(Walls.cycles(Codebase.classes())).isEmpty();
    }

    @Test
    void onlyMainEndsTheProcess() {
        assertThat(Codebase.classes()).flatMap(Walls::exits).isEmpty();
    }

    @Test
    void settingsAreReadInOnePlace() {
        assertThat(Codebase.classes())
                .flatMap(type -> Walls.properties(type, PROPERTY_READERS))
                .isEmpty();
    }

    @Test
    void linesAndFilesAreShort() {
        assertThat(Codebase.sources()).flatMap(Sizes::lines).isEmpty();
    }

    @Test
    void methodsAreShortAndTakeFewParameters() {
        assertThat(Codebase.mainSources()).flatMap(Sizes::methods).isEmpty();
    }

    @Test
    void packagesHaveFewTypes() {
        assertThat(Sizes.packages(Codebase.mainSources(), CATALOGUES)).isEmpty();
    }

    @Test
    void eachFileNamesItsLicence() {
        assertThat(Codebase.sources()).flatMap(Words::licence).isEmpty();
    }

    @Test
    void nothingIsLeftOpen() {
        assertThat(Codebase.sources()).flatMap(Words::unfinished).isEmpty();
    }

    @Test
    void eachPackageHasItsPage() {
        assertThat(Words.packagePages(Codebase.mainSources())).isEmpty();
    }

    @Test
    void linksOfTheDocumentsLeadSomewhere() {
        assertThat(Codebase.pages())
                .flatMap(page -> Words.deadLinks(page, Codebase.read(page)))
                .isEmpty();
    }
}
