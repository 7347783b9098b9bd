// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// What is higher than its place, scrolled: whoever goes from one control of it to the next by key sees where they are.
Flickable {
    id: root

    // So much is seen beyond what has the focus.
    property int around: Theme.margin
    readonly property Item focused: Window.activeFocusItem

    function reveal(item: Item) {
        const box = item.mapToItem(contentItem, 0, 0, item.width, item.height);
        if (box.y < contentY)
            contentY = Math.max(0, box.y - around);
        else if (box.y + box.height > contentY + height)
            contentY = Math.min(contentHeight, box.y + box.height + around) - height;
    }
    function isInside(item: Item): bool {
        for (let above = item; above; above = above.parent) {
            if (above === contentItem)
                return true;
        }
        return false;
    }

    onFocusedChanged: if (focused && isInside(focused))
        reveal(focused)
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: Scroll {}
}
