// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Choices of the app's own, on the ground on which its words stand everywhere.
Rectangle {
    id: root

    required property FileChooser chooser
    required property string who

    implicitHeight: column.implicitHeight + 16
    radius: Theme.half
    color: Theme.quote
    Accessible.role: Accessible.Grouping
    Accessible.name: says.text

    Rectangle {
        anchors.left: parent.left
        width: 3
        height: parent.height
        color: Theme.quoteEdge
    }
    Column {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 14
        anchors.rightMargin: 12
        spacing: 2

        PlainLabel {
            id: says

            width: parent.width
            text: qsTr("%1 also wants to know:").arg(root.who)
            font.pixelSize: Theme.small
            color: Theme.dim
        }
        Flow {
            width: parent.width
            spacing: 16

            Repeater {
                model: root.chooser.options

                Row {
                    id: option

                    required property appOption modelData
                    required property int index
                    readonly property bool boxed: modelData.entries.length === 0

                    spacing: Theme.unit

                    CheckLine {
                        text: option.modelData.label
                        width: Math.min(implicitWidth, column.width)
                        checked: option.modelData.selected === 1
                        visible: option.boxed
                        onToggled: root.chooser.setOption(option.index, checked ? 1 : 0)
                    }
                    PlainLabel {
                        anchors.verticalCenter: parent.verticalCenter
                        width: Math.min(implicitWidth, 200)
                        text: option.modelData.label
                        visible: !option.boxed
                    }
                    PickBox {
                        label: option.modelData.label
                        implicitWidth: 160
                        model: option.modelData.entries
                        currentIndex: option.modelData.selected
                        visible: !option.boxed
                        onActivated: index => root.chooser.setOption(option.index, index)
                    }
                }
            }
        }
    }
}
