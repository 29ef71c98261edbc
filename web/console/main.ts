// Starts the console.
import { mount } from 'svelte';
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/print.css';
import App from './App.svelte';
import { startLook } from './session.svelte.ts';

startLook();
const target = document.getElementById('app');
if (target) mount(App, { target });
