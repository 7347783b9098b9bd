// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

Item {
    id: root

    required property list<string> labels
    property int current: 0

    implicitHeight: 38
    implicitWidth: row.implicitWidth
    Accessible.role: Accessible.PageTabList

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.hairline
    }
    Row {
        id: row

        anchors.left: parent.left

        spacing: Theme.unit

        Repeater {
            model: root.labels

            T.TabButton {
                id: tab

                required property string modelData
                required property int index

                implicitWidth: label.implicitWidth + 24
                implicitHeight: root.implicitHeight
                text: modelData
                checked: root.current === index
                focusPolicy: Qt.StrongFocus
                Accessible.role: Accessible.PageTab
                Accessible.name: text
                onClicked: root.current = index

                contentItem: PlainLabel {
                    id: label

                    text: tab.text
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    font.weight: tab.checked ? Font.DemiBold : Font.Normal
                    color: tab.checked ? Theme.text : Theme.dim
                    Accessible.ignored: true
                }
                background: Item {
                    Rectangle {
                        anchors.fill: parent
                        anchors.bottomMargin: 4
                        radius: Theme.controlRadius
                        color: tab.hovered && !tab.checked ? Theme.raised : "transparent"
                    }
                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: parent.width
                        height: 2
                        color: Theme.accent
                        visible: tab.checked
                    }
                    FocusRing {
                        shown: tab.visualFocus
                        gap: -2
                    }
                }
            }
        }
    }
}
