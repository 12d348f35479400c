import '../css/diagram.css';
