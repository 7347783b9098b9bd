// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// A question of ours about what the person is doing, over the window it belongs to: what it says above, its buttons
// below. Of what does not fit the window the upper part scrolls; the buttons are always there.
T.Dialog {
    id: root

    default property alias parts: column.data
    property alias buttons: row.data
    property bool buttonsEnabled: true
    // So high may be what is above the buttons.
    readonly property real room: Math.max(80, (parent?.height ?? 480) - 2 * Theme.unit - 2 * padding - row.height - row.anchors.topMargin)

    function reveal(item: Item) {
        const box = item.mapToItem(column, 0, 0, item.width, item.height);
        if (box.y < scrolled.contentY)
            scrolled.contentY = Math.max(0, box.y - 4);
        else if (box.y + box.height > scrolled.contentY + scrolled.height)
            scrolled.contentY = Math.min(column.height, box.y + box.height + 4) - scrolled.height;
    }
    function isInside(item: Item): bool {
        for (let above = item; above; above = above.parent) {
            if (above === column)
                return true;
        }
        return false;
    }

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(440, parent ? parent.width - 48 : 440)
    height: scrolled.height + row.anchors.topMargin + row.height + 2 * padding
    padding: Theme.margin
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape
    onAboutToShow: scrolled.contentY = 0

    background: Card {}
    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }

    Item {
        anchors.fill: parent
        Accessible.role: Accessible.Dialog
        Accessible.name: root.title

        Flickable {
            id: scrolled

            readonly property Item focused: Window.activeFocusItem

            // As wide as the sheet, so that neither marks of the focus nor the scroll bar take room from what is said.
            x: -root.padding
            width: parent.width + 2 * root.padding
            height: Math.min(column.height, root.room)
            contentHeight: column.height
            interactive: contentHeight > height
            boundsBehavior: Flickable.StopAtBounds
            clip: interactive
            T.ScrollBar.vertical: Scroll {}
            onFocusedChanged: if (focused && root.isInside(focused))
                root.reveal(focused)

            Column {
                id: column

                x: root.padding
                width: scrolled.width - 2 * root.padding
                spacing: 12

                PlainLabel {
                    width: parent.width
                    text: root.title
                    font.pixelSize: Theme.heading
                    font.weight: Font.DemiBold
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                    Accessible.role: Accessible.Heading
                }
            }
        }
        Rectangle {
            x: -root.padding
            y: scrolled.height
            width: scrolled.width
            height: 1
            color: Theme.hairline
            visible: scrolled.interactive && !scrolled.atYEnd
        }
        Flow {
            id: row

            anchors.top: scrolled.bottom
            anchors.topMargin: 20
            anchors.right: parent.right
            width: Math.min(parent.width, children.reduce((all, one) => all + (one.visible ? one.width + spacing : 0), -spacing))
            spacing: Theme.unit
            enabled: root.buttonsEnabled
        }
    }
}
