// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What must stand in the files, and what must not.
final class Words {

    private static final List<String> LICENCE =
            List.of("// SPDX-License-Identifier: Apache-2.0", "// Copyright The Zabra Authors");

    // In pieces, so that this file does not find itself.
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");

    private Words() {}

    static List<String> licence(SourceFile file) {
        List<String> lines = file.lines();
        boolean there = lines.size() > 1 && lines.subList(0, 2).equals(LICENCE);
        return there ? List.of() : List.of(file.path() + " does not start with the two licence lines");
    }

    static List<String> unfinished(SourceFile file) {
        List<String> found = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = UNFINISHED.matcher(lines.get(i));
            if (matcher.find()) {
                found.add(file.path() + ":" + (i + 1) + " says " + matcher.group());
            }
        }
        return found;
    }

    /// Each package has a `package-info` with a page for newcomers and `@NullMarked`.
    static List<String> packagePages(List<SourceFile> files) {
        Set<String> folders = new TreeSet<>();
        Set<String> documented = new TreeSet<>();
        for (SourceFile file : files) {
            folders.add(file.folder());
            boolean page = file.text().contains("@NullMarked") && file.text().contains("/// ");
            if (file.name().equals("package-info.java") && page) {
                documented.add(file.folder());
            }
        }
        folders.removeAll(documented);
        return folders.stream()
                .map(folder -> folder + " has no package-info.java with a page (///) and @NullMarked")
                .toList();
    }

    /// The links of a Markdown page that lead nowhere; links to other sites are not followed.
    static List<String> deadLinks(Path page, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = LINK.matcher(CODE.matcher(text).replaceAll(""));
        while (matcher.find()) {
            String link = matcher.group(1);
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            int hash = link.indexOf('#');
            String file = hash < 0 ? link : link.substring(0, hash);
            Path target = file.isEmpty() ? page : page.resolveSibling(file);
            boolean there = file.isEmpty() || Files.exists(target);
            if (there && hash >= 0) {
                there = anchors(file.isEmpty() ? text : Codebase.read(target)).contains(link.substring(hash + 1));
            }
            if (!there) {
                found.add(page + " links to " + link + ", which is not there");
            }
        }
        return found;
    }

    private static Set<String> anchors(String text) {
        Set<String> anchors = new TreeSet<>();
        Matcher matcher = HEADING.matcher(text);
        while (matcher.find()) {
            anchors.add(matcher.group(1)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }
}
