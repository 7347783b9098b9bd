// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// The look of what is selected, as the confined reader drew it.
Item {
    id: root

    required property FileChooser chooser

    Column {
        anchors.fill: parent
        anchors.margins: 14
        spacing: Theme.unit

        Rectangle {
            width: parent.width
            height: Math.min(width, 150)
            radius: Theme.half
            color: Theme.ground
            visible: root.chooser.picture.toString().length > 0

            Image {
                anchors.fill: parent
                anchors.margins: 4
                source: root.chooser.picture
                sourceSize: Qt.size(200, 200)
                fillMode: Image.PreserveAspectFit
                asynchronous: true
                Accessible.ignored: true
            }
        }
        PlainLabel {
            width: parent.width
            text: root.chooser.pickedName
            visible: text.length > 0
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 3
            font.weight: Font.DemiBold
        }
        PlainLabel {
            width: parent.width
            text: root.chooser.pickedFacts
            visible: text.length > 0
            wrapMode: Text.Wrap
            maximumLineCount: 3
            font.pixelSize: Theme.small
            color: Theme.dim
        }
        Rectangle {
            width: parent.width
            height: Math.min(lines.implicitHeight + 16, 190)
            radius: Theme.half
            color: Theme.ground
            visible: root.chooser.lines.length > 0
            clip: true

            PlainLabel {
                id: lines

                x: 8
                y: 8
                width: parent.width - 16
                text: root.chooser.lines.slice(0, 12).join("\n")
                wrapMode: Text.Wrap
                maximumLineCount: 11
                font.pixelSize: Theme.small
                Accessible.name: qsTr("Beginning of the file: %1").arg(text)
            }
        }
    }
}
