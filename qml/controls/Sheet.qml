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
    // What had the focus before gets it back.
    property Item former: null
    // So high may be what is above the buttons.
    readonly property real room: Math.max(80, (parent?.height ?? 480) - 2 * Theme.unit - 2 * padding - row.height - row.anchors.topMargin)

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(440, parent ? parent.width - 48 : 440)
    height: scrolled.height + row.anchors.topMargin + row.height + 2 * padding
    padding: Theme.margin
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape
    onAboutToShow: {
        scrolled.contentY = 0;
        former = parent?.Window.activeFocusItem ?? null; // qmllint disable missing-property
    }
    onClosed: {
        // Another sheet may have it by now.
        if (former?.visible && parent?.Window.activeFocusItem === parent?.Window.contentItem) // qmllint disable missing-property
            former.forceActiveFocus(Qt.PopupFocusReason);
        former = null;
    }

    background: Card {}
    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }

    Item {
        anchors.fill: parent
        Accessible.role: Accessible.Dialog
        Accessible.name: root.title

        FocusFlick {
            id: scrolled

            // As wide as the sheet, so that neither marks of the focus nor the scroll bar take room from what is said.
            x: -root.padding
            width: parent.width + 2 * root.padding
            height: Math.min(column.height, root.room)
            contentHeight: column.height
            interactive: contentHeight > height
            clip: interactive
            around: 4

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
